"""Names and comments of the demo company: invented, fixed, in Chinese and English (each name is `(zh, en)`).

Department d is led by `SUPERVISORS[d]`, and all three by `DIRECTOR`. The first 81 contacts work for the first 26
clients, the others for the other 14, so that the nationality of a client fits its contacts.
"""

# The tables of names stand several to a line; the formatter would give each a line of its own.
# fmt: off
DEPARTMENTS = (  # (code, zh, en)
    ("key-accounts", "大客户部", "Key Accounts"),
    ("domestic", "国内业务部", "Domestic Business"),
    ("international", "国际业务部", "International Business"),
)

MANAGEMENT = ("management", "管理层", "Management")
DIRECTOR = ("葛文瀚", "Ge Wenhan")

SUPERVISORS = (
    ("沈国栋", "Shen Guodong"), ("陆晓岚", "Lu Xiaolan"), ("凯瑟琳·摩尔", "Catherine Moore"),
)

ACCOUNT_MANAGERS = (
    ("方思远", "Fang Siyuan"), ("蒋雨桐", "Jiang Yutong"), ("丹尼尔·霍夫曼", "Daniel Hoffmann"),
    ("郑凯文", "Zheng Kaiwen"), ("罗佳怡", "Luo Jiayi"), ("埃玛·林德奎斯特", "Emma Lindqvist"),
    ("韩志成", "Han Zhicheng"), ("许婉清", "Xu Wanqing"),
    ("彭浩然", "Peng Haoran"), ("曹雪莹", "Cao Xueying"), ("邓建辉", "Deng Jianhui"),
    ("田静怡", "Tian Jingyi"), ("托马斯·贝克尔", "Thomas Becker"), ("冯立群", "Feng Liqun"),
    ("潘思琪", "Pan Siqi"), ("董文博", "Dong Wenbo"),
    ("索菲娅·罗西", "Sofia Rossi"), ("卢卡斯·费雷拉", "Lucas Ferreira"), ("余慧玲", "Yu Huiling"),
    ("詹姆斯·奥康纳", "James O'Connor"), ("顾明哲", "Gu Mingzhe"), ("普丽娅·梅农", "Priya Menon"),
    ("中村健太", "Kenta Nakamura"), ("梁若曦", "Liang Ruoxi"),
    ("戚明远", "Qi Mingyuan"), ("奥雷莉·马丁", "Aurélie Martin"),
)

COLLEAGUES = (
    ("王晓东", "Wang Xiaodong"), ("李雅琴", "Li Yaqin"), ("劳拉·贝内特", "Laura Bennett"),
    ("张立新", "Zhang Lixin"), ("刘婷", "Liu Ting"), ("陈伟强", "Chen Weiqiang"), ("杨帆", "Yang Fan"),
    ("迈克尔·诺瓦克", "Michael Novak"), ("黄丽华", "Huang Lihua"), ("赵明远", "Zhao Mingyuan"),
    ("吴倩", "Wu Qian"), ("松田由纪", "Yuki Matsuda"), ("周子涵", "Zhou Zihan"), ("徐海燕", "Xu Haiyan"),
    ("孙鹏", "Sun Peng"), ("马思雨", "Ma Siyu"), ("安娜·科瓦尔斯卡", "Anna Kowalska"),
    ("朱俊杰", "Zhu Junjie"), ("胡静", "Hu Jing"), ("郭晓峰", "Guo Xiaofeng"), ("何佳慧", "He Jiahui"),
    ("罗伯特·休斯", "Robert Hughes"), ("林志远", "Lin Zhiyuan"), ("高雪", "Gao Xue"),
    ("梁文杰", "Liang Wenjie"), ("纳迪娅·拉赫曼", "Nadia Rahman"), ("宋雨晴", "Song Yuqing"),
    ("唐磊", "Tang Lei"), ("谢慧敏", "Xie Huimin"), ("彼得·林德格伦", "Peter Lindgren"),
    ("曾宇轩", "Zeng Yuxuan"), ("肖建国", "Xiao Jianguo"), ("袁梦洁", "Yuan Mengjie"),
    ("克莱尔·迪布瓦", "Claire Dubois"), ("苏晓彤", "Su Xiaotong"), ("叶子豪", "Ye Zihao"),
    ("吕文静", "Lü Wenjing"), ("魏国强", "Wei Guoqiang"), ("艾哈迈德·哈桑", "Ahmed Hassan"),
    ("程思颖", "Cheng Siying"), ("姚远", "Yao Yuan"), ("崔雪梅", "Cui Xuemei"), ("钟浩", "Zhong Hao"),
    ("尤利娅·瓦格纳", "Julia Wagner"), ("谭佳琪", "Tan Jiaqi"), ("汪启航", "Wang Qihang"),
    ("金瑞妍", "Kim Seo-yeon"), ("范丽娟", "Fan Lijuan"), ("石磊", "Shi Lei"), ("金晨曦", "Jin Chenxi"),
    ("米格尔·奥尔特加", "Miguel Ortega"), ("邱志明", "Qiu Zhiming"), ("陈恩慧", "Grace Tan"),
    ("侯佳", "Hou Jia"), ("熊文涛", "Xiong Wentao"), ("伊万·彼得罗夫", "Ivan Petrov"),
    ("孟洁", "Meng Jie"), ("秦晓雯", "Qin Xiaowen"), ("海伦·墨菲", "Helen Murphy"),
    ("白俊峰", "Bai Junfeng"),
)

CLIENTS = (
    ("岚谷精密机械有限公司", "Langu Precision Machinery Co., Ltd."),
    ("青穗食品有限公司", "Qingsui Foods Co., Ltd."),
    ("澜桥物流有限公司", "Lanqiao Logistics Co., Ltd."),
    ("柏屿医疗器械有限公司", "Baiyu Medical Devices Co., Ltd."),
    ("星渚软件有限公司", "Xingzhu Software Co., Ltd."),
    ("汀洛电子有限公司", "Tingluo Electronics Co., Ltd."),
    ("松陌家居有限公司", "Songmo Home Furnishings Co., Ltd."),
    ("霁野新能源有限公司", "Jiye New Energy Co., Ltd."),
    ("砚溪文化传媒有限公司", "Yanxi Culture and Media Co., Ltd."),
    ("榆岸化工有限公司", "Yu'an Chemicals Co., Ltd."),
    ("望榕纺织有限公司", "Wangrong Textiles Co., Ltd."),
    ("鹿汀乳业有限公司", "Luting Dairy Co., Ltd."),
    ("朔石建材有限公司", "Shuoshi Building Materials Co., Ltd."),
    ("枫泊酒店管理有限公司", "Fengbo Hotel Management Co., Ltd."),
    ("珀澄光学有限公司", "Pocheng Optics Co., Ltd."),
    ("陌桑丝绸有限公司", "Mosang Silk Co., Ltd."),
    ("泽穹航空服务有限公司", "Zeqiong Aviation Services Co., Ltd."),
    ("麦澜连锁超市有限公司", "Mailan Supermarkets Co., Ltd."),
    ("棠岳制药有限公司", "Tangyue Pharmaceuticals Co., Ltd."),
    ("竹汐教育科技有限公司", "Zhuxi Education Technology Co., Ltd."),
    ("渡岩工程设计有限公司", "Duyan Engineering Design Co., Ltd."),
    ("芷原农业有限公司", "Zhiyuan Agriculture Co., Ltd."),
    ("郡桥印刷包装有限公司", "Junqiao Printing and Packaging Co., Ltd."),
    ("铂岸汽车零部件有限公司", "Bo'an Automotive Parts Co., Ltd."),
    ("翎舟船舶配件有限公司", "Lingzhou Marine Equipment Co., Ltd."),
    ("沐檐物业服务有限公司", "Muyan Property Services Co., Ltd."),
    ("诺思米尔仪器公司", "Northmere Instruments Ltd"),
    ("哈尔登里奇咖啡公司", "Haldenridge Coffee Roasters Ltd"),
    ("布伦马克工具公司", "Brennmark Werkzeuge GmbH"),
    ("卡斯特尔韦罗陶瓷公司", "Castelvero Ceramiche S.r.l."),
    ("奥斯特维克海事公司", "Ostvik Maritime AS"),
    ("佩尔沃思出版公司", "Pellworth Publishing Ltd"),
    ("阔温数据分析公司", "Quorvane Analytics Inc."),
    ("塞布尔伍德家具公司", "Sablewood Furniture Inc."),
    ("泰斯玛实验室", "Tessmar Laboratories AG"),
    ("维尔德莫农业公司", "Veldmoor Agriculture B.V."),
    ("亚罗盖特保险经纪公司", "Yarrowgate Insurance Brokers Ltd"),
    ("凯斯特兰机器人公司", "Kestrane Robotics Inc."),
    ("米拉文托旅游公司", "Miravento Viajes S.L."),
    ("欧贝兰化妆品公司", "Auberlin Cosmétiques SAS"),
)

CONTACTS = (
    ("江海涛", "Jiang Haitao"), ("段晓琳", "Duan Xiaolin"), ("雷建军", "Lei Jianjun"),
    ("龚雅婷", "Gong Yating"), ("史文斌", "Shi Wenbin"), ("陶丽萍", "Tao Liping"), ("贺志刚", "He Zhigang"),
    ("毛晓燕", "Mao Xiaoyan"), ("郝建平", "Hao Jianping"), ("邵佳敏", "Shao Jiamin"), ("万俊", "Wan Jun"),
    ("钱国华", "Qian Guohua"), ("严晓芳", "Yan Xiaofang"), ("武志勇", "Wu Zhiyong"), ("戴玉兰", "Dai Yulan"),
    ("莫文辉", "Mo Wenhui"), ("孔祥瑞", "Kong Xiangrui"), ("向红梅", "Xiang Hongmei"),
    ("常立军", "Chang Lijun"), ("汤晓丽", "Tang Xiaoli"), ("康永强", "Kang Yongqiang"),
    ("易思敏", "Yi Simin"), ("乔国梁", "Qiao Guoliang"), ("赖美玲", "Lai Meiling"), ("文志豪", "Wen Zhihao"),
    ("庞晓磊", "Pang Xiaolei"), ("殷秀英", "Yin Xiuying"), ("施建华", "Shi Jianhua"),
    ("章雅丽", "Zhang Yali"), ("洪志鹏", "Hong Zhipeng"), ("倪晓红", "Ni Xiaohong"),
    ("翁国平", "Weng Guoping"), ("柳青青", "Liu Qingqing"), ("俞建中", "Yu Jianzhong"),
    ("安晓慧", "An Xiaohui"), ("裴志强", "Pei Zhiqiang"), ("樊丽君", "Fan Lijun"), ("路明", "Lu Ming"),
    ("尹海波", "Yin Haibo"), ("骆晓春", "Luo Xiaochun"), ("聂文君", "Nie Wenjun"),
    ("齐向明", "Qi Xiangming"), ("童雅芬", "Tong Yafen"), ("鲁志诚", "Lu Zhicheng"),
    ("葛晓娟", "Ge Xiaojuan"), ("欧阳静", "Ouyang Jing"), ("左建新", "Zuo Jianxin"),
    ("申丽霞", "Shen Lixia"), ("牛国庆", "Niu Guoqing"), ("包晓敏", "Bao Xiaomin"),
    ("耿志伟", "Geng Zhiwei"), ("关秀兰", "Guan Xiulan"), ("米晓光", "Mi Xiaoguang"),
    ("甘雨薇", "Gan Yuwei"), ("华建明", "Hua Jianming"), ("祝丽娜", "Zhu Lina"),
    ("管文清", "Guan Wenqing"), ("凌志杰", "Ling Zhijie"), ("阮晓霞", "Ruan Xiaoxia"),
    ("房国良", "Fang Guoliang"), ("游佳宁", "You Jianing"), ("穆建成", "Mu Jiancheng"),
    ("焦玉梅", "Jiao Yumei"), ("盛文浩", "Sheng Wenhao"), ("蓝晓琪", "Lan Xiaoqi"),
    ("卢建波", "Lu Jianbo"), ("纪晓岚", "Ji Xiaolan"), ("柴文静", "Chai Wenjing"), ("温志新", "Wen Zhixin"),
    ("苗青", "Miao Qing"), ("冉国辉", "Ran Guohui"), ("苟晓琴", "Gou Xiaoqin"), ("臧立新", "Zang Lixin"),
    ("简雨欣", "Jian Yuxin"), ("闫海峰", "Yan Haifeng"), ("佟丽颖", "Tong Liying"), ("车建国", "Che Jianguo"),
    ("桂晓芸", "Gui Xiaoyun"), ("边志平", "Bian Zhiping"), ("栾文博", "Luan Wenbo"), ("单秀珍", "Shan Xiuzhen"),
    ("奥利弗·哈特利", "Oliver Hartley"), ("夏洛特·韦布", "Charlotte Webb"),
    ("安德鲁·皮克林", "Andrew Pickering"), ("梅甘·多伊尔", "Megan Doyle"), ("塞缪尔·奥塞", "Samuel Osei"),
    ("马蒂亚斯·克吕格尔", "Matthias Krüger"), ("安雅·施赖伯", "Anja Schreiber"),
    ("斯特凡·福格尔", "Stefan Vogel"), ("朱莉娅·费兰特", "Giulia Ferrante"),
    ("马尔科·贝利尼", "Marco Bellini"), ("英格丽德·索尔海姆", "Ingrid Solheim"),
    ("亨里克·奥森", "Henrik Aasen"), ("卡丽·尼高", "Kari Nygård"), ("埃莉诺·芬奇", "Eleanor Finch"),
    ("帕特里克·洛", "Patrick Lowe"), ("蕾切尔·戈德曼", "Rachel Goldman"), ("凯文·布鲁克斯", "Kevin Brooks"),
    ("阿妮塔·库尔卡尼", "Anita Kulkarni"), ("汉娜·克拉克", "Hannah Clarke"),
    ("维克托·阿尔梅达", "Victor Almeida"), ("雷托·布伦纳", "Reto Brunner"),
    ("娜塔莉·凯勒", "Nathalie Keller"), ("彼得·范戴克", "Pieter van Dijk"),
    ("玛丽克·德布尔", "Marieke de Boer"), ("耶龙·维瑟", "Jeroen Visser"),
    ("丽贝卡·桑顿", "Rebecca Thornton"), ("阿琼·奈尔", "Arjun Nair"), ("菲奥娜·坎贝尔", "Fiona Campbell"),
    ("崔珉硕", "Choi Min-seok"), ("埃莉斯·加尼翁", "Élise Gagnon"), ("卡洛斯·梅迪纳", "Carlos Medina"),
    ("贝亚特丽斯·纳瓦罗", "Beatriz Navarro"), ("伊内斯·卡瓦略", "Inês Carvalho"),
    ("卡米耶·洛朗", "Camille Laurent"), ("安托万·梅西耶", "Antoine Mercier"),
    ("玛格丽特·里斯", "Margaret Rees"), ("托拜厄斯·林德", "Tobias Lind"), ("西蒙·帕克", "Simon Parker"),
    ("格蕾塔·霍夫斯", "Greta Hoffs"), ("马特奥·孔蒂", "Matteo Conti"), ("阿斯特丽德·贝格", "Astrid Berg"),
    ("威廉·斯科特", "William Scott"), ("珍妮弗·里德", "Jennifer Reid"), ("丹尼尔·福斯特", "Daniel Foster"),
    ("乌尔斯·迈尔", "Urs Meyer"), ("桑德·德弗里斯", "Sander de Vries"), ("爱丽丝·莫里斯", "Alice Morris"),
    ("马克·詹森", "Mark Jensen"), ("卢西亚·罗梅罗", "Lucía Romero"), ("若昂·桑托斯", "João Santos"),
    ("朱利安·莫罗", "Julien Moreau"),
)
# fmt: on

CLIENT_PRAISE = (
    "报价问题当天就有答复，从来不用催。",
    "交货时间有变动，提前一周就通知了我们，计划来得及调整。",
    "答应的事基本都能做到，比较放心。",
    "有一次临近节假日出了问题，本来以为要等到节后，没想到当天就协调到了技术人员，"
    "第二天一切恢复正常。整个过程随时有消息，我们心里有底。",
    "谈方案的时候会先问清楚我们的用途，不会一上来就推荐最贵的。",
    "合同条款解释得很清楚，内部审批一次就通过了。",
    "态度一直很好，再小的问题也会认真回复。",
    "有差错会主动承认并给出补救办法，这一点很难得。",
    "对我们这个行业比较了解，给的建议用得上。",
    "换对接人的时候交接得很顺利，之前谈好的内容不用再重复说一遍。",
    "Always tells us when to expect an answer, so we can plan around it.",
    "Quick to reply and easy to talk to.",
    "We were told about a late delivery before we noticed it ourselves, and were offered an alternative.",
    "Took the time to understand how we work before recommending anything. We ended up with the smaller "
    "package, which was the right choice.",
    "The billing error was corrected within two days, and we did not have to chase anyone.",
    "Technical questions are explained in plain language. That helps when I have to convince my management.",
    "I appreciate an honest “that is not possible” more than a vague promise, and that is what we get here.",
    "Good coordination with the service team. One contact for everything, and it works.",
    "We are not a large customer, but we have never been made to feel like a small one.",
    "The quarterly review meetings are well prepared and worth our time.",
)

CLIENT_CRITICISM = (
    "平时回复很快，但一到月底就很难联系上。",
    "问题反馈之后不知道处理到哪一步了，每次都要我们主动去问。其实不一定马上解决，有个时间表就行。",
    "报价单改了三版，前两版的数字都对不上。",
    "销售和售后说法不一致，希望先在内部沟通好再答复我们。",
    "价格调整只提前几天通知，我们很被动，希望至少提前一个月。",
    "人很热情，不过技术上的问题总要转给别人，来回比较慢。",
    "希望能定期回访，现在基本上只有谈订单的时候才联系。",
    "会上说好的事情没有书面记录，过后容易有出入，建议会后发一份纪要。",
    "同样的问题出现了两次，虽然都解决了，但一直没有说明原因。",
    "休假期间没有备用联系人，一件急事等了三天。",
    "Friendly, but it takes too many reminders to get a revised quotation.",
    "We learned about the change in delivery terms from the invoice. Please tell us beforehand.",
    "Replies come fast, but often without the information we asked for.",
    "The problem was solved in the end, but nobody explained the cause, so it may well come back.",
    "Please name a deputy. During holidays our requests simply wait.",
    "Knows the products well, our business less so. Some proposals do not fit the way we work.",
    "A short written summary after each call would help. We have had two misunderstandings this quarter.",
    "Complaints are passed on to another department, and then we have to explain everything again. "
    "It would save us time if the file went along with the complaint.",
    "We were offered add-ons while a complaint of ours was still open. That was poor timing.",
    "Satisfactory overall, but answers take longer than they did last year.",
)

COLLEAGUE_PRAISE = (
    "项目信息共享得很及时，接手的人不用再去翻聊天记录。",
    "遇到客户投诉不推诿，先出面处理，再和大家一起找原因。",
    "给技术部门提需求时讲得很具体，我们少走了很多弯路。",
    "愿意花时间带新人，见客户前会一起把材料过一遍。",
    "开会准时，结论清楚，会后也有人跟进。",
    "再忙也会回消息，哪怕只是说一声什么时候能处理。",
    "对小客户也一样上心，值得我们学习。",
    "销售预测做得比较准，方便我们提前备货。",
    "Gives clear briefs, with the client's deadline and budget already in them.",
    "Shares the credit with the whole team when a contract is won.",
    "Raises problems early, while there is still time to do something about them.",
    "Stays calm with difficult clients, which helps everybody in the meeting.",
    "The feedback I get on my work is specific, and I can do something with it.",
    "Client records are up to date, so covering during holidays was easy.",
    "Open to a different opinion if there are good arguments for it.",
)

COLLEAGUE_CRITICISM = (
    "向客户承诺交期之前，最好先跟交付团队确认一下。",
    "临时需求比较多，经常快下班才提出来，希望能早点安排。",
    "客户资料更新不及时，系统里有些联系人早就换了。",
    "业务能力强，但不太放手，一些小事也要等本人确认。如果能明确哪些事我们可以自己定，效率会高很多。",
    "跨部门开会时容易打断别人，建议先把意见听完。",
    "折扣申请的理由写得太简单，每次都要来回问。",
    "忙的时候消息容易漏回，重要的事最好再发一封邮件。",
    "Promises are sometimes made to clients before the delivery team has been asked.",
    "Meetings could be shorter, with an agenda sent out beforehand.",
    "I often hear about changes from the client first. A short message to the team would be enough.",
    "Very strong with clients. I wish there were the same patience for internal questions, especially from "
    "people who are new to the product.",
    "Handovers are thin: what was agreed by phone is not written down.",
    "Could delegate more. During business trips, decisions pile up.",
    "Forecasts tend to be optimistic, and planning has to correct them every month.",
    "Asks for input, but we rarely hear what became of it.",
)

# Clients who ask to be called: name, how to reach them, when, and what about.
CARDS = (
    (
        "陈薇，南方纺织",
        "138 0013 8000",
        "工作日下午",
        "上次交货晚了两周，想了解原因和下一批的日期。",
    ),
    ("Jane Miller, Baltic Foods", "jane.miller@baltic-foods.example", "", ""),
    (
        "Robert Ek, Nordic Steel",
        "+46 8 123 456 78",
        "mornings, Swedish time",
        "We would like to talk about the frame contract before it is renewed.",
    ),
)
